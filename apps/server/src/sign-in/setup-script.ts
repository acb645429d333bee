/** The script of `/setup`: reads the secret from the fragment, takes it out of the address, and posts the form. */
export const SETUP_SCRIPT = `
'use strict'
const secret = location.hash.slice(1)
// Neither the history of the browser nor who looks over a shoulder needs it any longer.
history.replaceState(null, '', location.pathname)
const form = document.getElementById('setup')
const problem = document.getElementById('problem')
const button = form.querySelector('button')

function show(message, field) {
  problem.textContent = message
  problem.hidden = message === ''
  for (const input of form.querySelectorAll('input')) input.removeAttribute('aria-invalid')
  const wrong = field && form.elements.namedItem(field)
  if (wrong) { wrong.setAttribute('aria-invalid', 'true'); wrong.focus() } else if (message !== '') problem.focus()
}

if (secret === '') show('Open this page by the whole link that the server printed at its start: what follows # is missing.')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { repeated, ...first } = Object.fromEntries(new FormData(form))
  for (const input of form.querySelectorAll('input')) {
    if (input.value.trim() === '') return show('Fill in "' + input.labels[0].textContent + '".', input.name)
  }
  if (first.password !== repeated) return show('The two passwords differ.', 'repeated')
  show('')
  button.disabled = true
  try {
    const response = await fetch('/api/v1/setup', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret, ...first }),
    })
    if (response.ok) {
      form.hidden = true
      const welcome = document.getElementById('welcome')
      welcome.hidden = false
      welcome.focus()
      return
    }
    const said = await response.json()
    const wrong = (said.errors ?? [])[0]
    show(wrong ? wrong.detail : said.detail, wrong && wrong.field && wrong.field.slice(1))
  } catch {
    show('The server does not answer. Try again in a moment.')
  } finally {
    button.disabled = false
  }
})
`
