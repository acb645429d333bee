/** The script of `/setup`: reads the secret from the fragment, takes it out of the address, and posts the form. */
export const SETUP_SCRIPT = `
'use strict'
const form = document.getElementById('setup')
const problem = document.getElementById('problem')
const button = form.querySelector('button')
let secret = ''

function takeSecret() {
  if (location.hash.length < 2) return
  secret = location.hash.slice(1)
  // Neither the history of the browser nor who looks over a shoulder needs it any longer.
  history.replaceState(null, '', location.pathname)
}

function begin() {
  takeSecret()
  button.disabled = secret === ''
  show(secret === '' ? 'Open this page by the whole link that the server printed at its start: what follows # is missing.' : '')
}

function clear() {
  problem.hidden = true
  for (const input of form.querySelectorAll('input')) {
    input.removeAttribute('aria-invalid')
    document.getElementById(input.name + '-problem').textContent = ''
  }
}

/** Says it at the field, and where there is none above them all. */
function show(message, field) {
  clear()
  const wrong = field && form.elements.namedItem(field)
  if (wrong) {
    document.getElementById(field + '-problem').textContent = message
    wrong.setAttribute('aria-invalid', 'true')
    wrong.focus()
  } else if (message) {
    problem.textContent = message
    problem.hidden = false
    problem.focus()
  }
}

async function send(first) {
  const response = await fetch('/api/v1/setup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret, ...first }),
  })
  if (response.ok) {
    form.hidden = true
    document.getElementById('intro').hidden = true
    const welcome = document.getElementById('welcome')
    welcome.hidden = false
    welcome.focus()
    return
  }
  const said = await response.json()
  const wrong = (said.errors ?? [])[0]
  show(wrong ? wrong.detail : said.detail, wrong && wrong.field && wrong.field.slice(1))
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { repeated, ...first } = Object.fromEntries(new FormData(form))
  for (const input of form.querySelectorAll('input')) {
    if (input.value.trim() === '') return show('Fill in "' + input.labels[0].textContent + '".', input.name)
  }
  if (first.password !== repeated) return show('The two passwords differ.', 'repeated')
  clear()
  button.disabled = true
  try {
    await send(first)
  } catch {
    show('The server does not answer. Try again in a moment.')
  } finally {
    button.disabled = false
  }
})
// A link that is opened where the page is open already changes the fragment alone.
addEventListener('hashchange', begin)
begin()
`
