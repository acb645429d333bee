/** The script of the page on which strangers ask: shows what the template takes, and sends what was typed. */
export const REQUEST_SCRIPT = `
'use strict'
const address = '/api/v1/public/templates/' + encodeURIComponent(location.pathname.split('/').pop())
const at = (id) => document.getElementById(id)
const form = at('ask')
const ATTRIBUTES = {
  commonName: ['Name', 'Of the person, the device or the host that the certificate is for. Its technical name is common name.'],
  givenName: ['Given name'],
  surname: ['Surname'],
  emailAddress: ['E-mail address in the certificate'],
  serialNumber: ['Serial number of the device or person'],
  title: ['Title'],
  organizationalUnitName: ['Department'],
  organizationName: ['Organization'],
  localityName: ['Town'],
  stateOrProvinceName: ['State or province'],
  countryName: ['Country', 'Two letters, such as DE.'],
}
const USUAL = ['commonName', 'organizationName', 'organizationalUnitName', 'localityName', 'stateOrProvinceName', 'countryName']
const NAMES = {
  dns: ['Host names', 'One a line, such as www.example.com.'],
  ip: ['IP addresses', 'One a line, such as 192.0.2.1.'],
  email: ['E-mail addresses', 'One a line.'],
  uri: ['Web addresses (URIs)', 'One a line.'],
  upn: ['User names of Windows (UPN)', 'One a line, such as ann@corp.example.com.'],
  registeredId: ['Registered ids', 'Object identifiers, one a line.'],
}

async function call(path, body) {
  const response = await fetch(address + path, {
    ...(body !== undefined && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const said = await response.json()
  if (response.ok) return said
  const words = (said.errors ?? []).map(({ detail }) => detail)
  throw new Error(words.length > 0 ? words.join(' ') : said.detail)
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name)
  made.textContent = text
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

function field(kind, id, [label, hint], required) {
  const input = element(kind, '', { id, autocomplete: 'off', spellcheck: 'false', ...(kind === 'textarea' && { rows: '3' }) })
  if (required) input.required = true
  const parts = [element('label', label, { for: id })]
  if (hint !== undefined) {
    parts.push(element('span', hint, { id: id + '-hint', class: 'soft' }))
    input.setAttribute('aria-describedby', id + '-hint')
  }
  const whole = element('p', '', { class: 'field' })
  whole.append(...parts, input)
  return whole
}

function show({ name, description, authority, tenant, form: takes, keyTypes }) {
  document.title = name + ': ask for a certificate'
  at('intro').textContent = name + ', issued by ' + tenant + ' (certificate authority ' + authority + '). ' + description
  at('keys').textContent = 'Its key is one of: ' + keyTypes.join(', ') + '.'
  const types = takes.subject === 'any' ? [...new Set([...takes.required, ...USUAL])] : takes.subject
  const subject = types.map((type) =>
    field('input', 'subject-' + type, ATTRIBUTES[type] ?? [type], takes.required.includes(type)),
  )
  const kinds = takes.subjectAltNames.filter((type) => NAMES[type] !== undefined)
  const names = kinds.map((type) => field('textarea', 'san-' + type, NAMES[type], takes.namesRequired && kinds.length === 1))
  at('fields').replaceChildren(...names, ...subject)
  form.hidden = false
  at('state').textContent = ''
  choose()
}

/** What is hidden is not required, and not sent. */
function choose() {
  const how = new FormData(form).get('how')
  for (const part of ['form', 'csr']) at(part + '-part').disabled = at(part + '-part').hidden = part !== how
}

function typed() {
  const email = at('email').value
  if (!at('csr-part').disabled) return { email, csr: at('csr').value }
  const valuesOf = (prefix) =>
    [...at('fields').querySelectorAll('[id^=' + prefix + ']:is(input, textarea)')].flatMap((input) =>
      input.value
        .split('\\n')
        .map((value) => ({ type: input.id.slice(prefix.length), value: value.trim() }))
        .filter(({ value }) => value !== ''),
    )
  const [subject, subjectAltNames] = [valuesOf('subject-'), valuesOf('san-')]
  return {
    email,
    ...(subject.length > 0 && { subject }),
    ...(subjectAltNames.length > 0 && { subjectAltNames }),
  }
}

async function attempt(work) {
  const [problem, button] = [at('problem'), form.querySelector('button')]
  problem.hidden = true
  button.disabled = true
  try {
    await work()
  } catch (error) {
    problem.textContent = error instanceof TypeError ? 'The server does not answer. Try again in a moment.' : error.message
    problem.hidden = false
    problem.focus()
    if (form.hidden) at('state').textContent = ''
  } finally {
    button.disabled = false
  }
}

form.addEventListener('change', choose)
form.addEventListener('submit', (event) => {
  event.preventDefault()
  void attempt(async () => {
    const { confirmBefore } = await call('/requests', typed())
    form.hidden = true
    at('state').textContent =
      'A mail is on its way to ' + at('email').value + '. Open the link in it before ' + new Date(confirmBefore).toLocaleDateString() +
      ' and confirm: nobody looks at the request before. It is also where you see what became of it.'
  })
})
void attempt(async () => show(await call('')))
`
