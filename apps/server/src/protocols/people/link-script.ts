/** The script of both pages: asks what the link leads to, shows it, and does the one thing that there is to do. */
export const LINK_SCRIPT = `
'use strict'
const token = decodeURIComponent(location.pathname.split('/').pop())
const form = document.getElementById('act')
const button = form.querySelector('button')
const problem = document.getElementById('problem')
const WORDS = {
  unconfirmed: 'It is not confirmed yet.',
  pending: 'It waits for somebody to decide. You get a mail then.',
  approved: 'It was approved. Look for the mail with the link to your certificate.',
  open: 'It was approved. A key of yours is due.',
  signing: 'It is being signed. Look again in a while.',
  issued: 'The certificate was issued.',
  declined: 'It was declined.',
}

async function call(path, more) {
  const response = await fetch('/api/v1/public/' + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, ...more }),
  })
  const said = await response.json()
  if (response.ok) return said
  throw new Error((said.errors ?? [])[0]?.detail ?? said.detail)
}

function show(said) {
  const state = said.status ?? said.state
  document.getElementById('state').textContent = WORDS[state] + (said.note === undefined ? '' : ' ' + said.note)
  const names = said.subjectAltNames.map(({ value }) => value).join(', ')
  const facts = [['From', said.tenant], ['Kind', said.template], ['Subject', said.subject], ['Names', names]]
  document.getElementById('facts').replaceChildren(
    ...facts.filter(([, value]) => value !== '').flatMap(([name, value]) => [element('dt', name), element('dd', value)]),
  )
  form.hidden = state !== 'unconfirmed' && state !== 'open'
  const pem = said.certificate === undefined ? '' : said.certificate + (said.chain ?? '')
  document.getElementById('issued').hidden = pem === ''
  document.getElementById('certificate').textContent = pem
  document.getElementById('download').href = URL.createObjectURL(new Blob([pem], { type: 'application/x-pem-file' }))
}

function element(name, text) {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

async function attempt(work) {
  problem.hidden = true
  button.disabled = true
  try {
    show(await work())
  } catch (error) {
    problem.textContent = error instanceof TypeError ? 'The server does not answer. Try again in a moment.' : error.message
    problem.hidden = false
    problem.focus()
    if (form.hidden) document.getElementById('state').textContent = ''
  } finally {
    button.disabled = false
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void attempt(() => call(form.dataset.act, Object.fromEntries(new FormData(form))))
})
void attempt(() => call(form.dataset.look))
`
