import type { OpenApiDocument, Operation, SchemaShape } from './openapi-document.ts'
import { type Html, html, type Page } from './page.ts'
import { PROBLEMS } from './problem.ts'

// What a link leads to is inside its <details>, not the element itself: then browsers open it.

/** The description of the API as a page: by resource, each call with what it takes and gives, then the schemas and the problems. */
export function apiPage(api: OpenApiDocument): Page {
  const calls = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const byTag = Map.groupBy(calls, ({ operation }) => operation.tags?.[0] ?? 'other')
  const schemas = Object.entries(api.components?.schemas ?? {})
  return {
    title: 'API',
    body: html`<header>
<span class="brand">Chancery</span>
<h1>API</h1>
<p class="soft">${api.info.description}</p>
<p>Send a token with each call: <code>Authorization: Bearer chancery_…</code>. For programs:
<a href="/api/openapi.json">openapi.json</a> (OpenAPI ${api.openapi}, version ${api.info.version}).</p>
<nav aria-label="Contents"><ul>
${[...byTag.keys()].map((tag) => html`<li><a href="#${tag}">${titleOf(tag)}</a></li>`)}
<li><a href="#schemas">Schemas</a></li><li><a href="#problems">Problems</a></li>
</ul></nav>
</header>
<main>
${[...byTag].map(([tag, group]) => html`<section><h2 id="${tag}">${titleOf(tag)}</h2>${group.map(callPart)}</section>`)}
<section><h2 id="schemas">Schemas</h2>${schemas.map(([name, schema]) => schemaPart(name, schema))}</section>
${problemsPart()}
</main>
<footer>Chancery: check, seal, register.</footer>`,
  }
}

function callPart(call: { readonly path: string; readonly method: string; readonly operation: Operation }): Html {
  const { path, method, operation } = call
  return html`<details>
<summary><span class="method ${method}">${method.toUpperCase()}</span><span class="path">${path}</span><span class="soft">${operation.summary}</span></summary>
<div id="${operation.operationId}">
${operation.description?.split('\n\n').map((text) => html`<p>${prose(text)}</p>`)}
${parametersPart(operation)}
${bodyPart(operation)}
<h3>Answers</h3>
<div class="scroll"><table class="stack"><tbody>${Object.entries(operation.responses ?? {}).map(answerRow)}</tbody></table></div>
</div>
</details>`
}

function parametersPart({ parameters = [] }: Operation): Html | undefined {
  if (parameters.length === 0) return undefined
  return html`<h3>Parameters</h3>
<div class="scroll"><table class="stack"><tbody>${parameters.map(
    (parameter) =>
      html`<tr><td><code>${parameter.name}</code></td><td class="soft">${parameter.in}${parameter.required === true && ', required'}</td><td>${typeOf(parameter.schema)}</td><td>${prose(parameter.description)}</td></tr>`,
  )}</tbody></table></div>`
}

function bodyPart({ requestBody }: Operation): Html | undefined {
  const schema = requestBody?.content?.['application/json']?.schema
  if (schema === undefined) return undefined
  return html`<h3>Body</h3>${schema.properties === undefined ? html`<p>${typeOf(schema)}</p>` : fieldsPart(schema)}`
}

function answerRow([status, answer]: [string, { readonly description?: string; readonly content?: object }]): Html {
  const content = Object.entries(answer.content ?? {})
  const code = status === 'default' ? 'else' : status
  const forms = content.map(
    ([mediaType, { schema }]) => html`<div>${typeOf(schema)} <span class="soft">${mediaType}</span></div>`,
  )
  return html`<tr><td><code>${code}</code></td><td>${forms}</td><td>${prose(answer.description)}</td></tr>`
}

function schemaPart(name: string, schema: SchemaShape): Html {
  return html`<details><summary><span class="path">${name}</span><span class="soft">${prose(schema.description)}</span></summary>
<div id="schema-${name}">${schema.properties === undefined ? html`<p>${typeOf(schema)}</p>` : fieldsPart(schema)}</div></details>`
}

function fieldsPart(schema: SchemaShape): Html {
  const required = new Set(schema.required ?? [])
  return html`<div class="scroll"><table class="stack"><tbody>${Object.entries(schema.properties ?? {}).map(
    ([name, field]) =>
      html`<tr><td><code>${name}</code></td><td class="soft">${required.has(name) ? 'required' : 'optional'}</td><td>${typeOf(field)}</td><td>${prose(field.description)}${field.default !== undefined && html` <span class="soft">Default: <code>${JSON.stringify(field.default)}</code></span>`}</td></tr>`,
  )}</tbody></table></div>`
}

/** A schema in a few words, with a link where it has a name. */
function typeOf(schema: SchemaShape | undefined, depth = 0): Html {
  if (schema === undefined || depth > 4) return html`anything`
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return html`<a href="#schema-${name}">${name}</a>`
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (schema.enum !== undefined)
    return separated(
      schema.enum.map((word) => html`<code>${JSON.stringify(word)}</code>`),
      ' ',
    )
  const branches = schema.anyOf ?? schema.oneOf
  if (branches !== undefined)
    return separated(
      branches.map((branch) => typeOf(branch, depth + 1)),
      ' or ',
    )
  if (schema.items !== undefined) return html`list of ${typeOf(schema.items, depth + 1)}`
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties)
    return html`{ ${separated(
      fields.map(([name, field]) => html`<code>${name}</code>: ${typeOf(field, depth + 1)}`),
      ', ',
    )} }`
  }
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : schema.type
  return html`${type ?? 'anything'}${schema.format !== undefined && ` (${schema.format})`}`
}

/** A description, with what stands between backticks as code. */
function prose(text = ''): readonly Html[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
}

function separated(parts: readonly Html[], between: string): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${between}${part}`))}`
}

function problemsPart(): Html {
  return html`<section><h2 id="problems">Problems</h2>
<p>A request that is declined is answered with <a href="#schema-Problem">Problem</a>, RFC 9457. Compare <code>code</code>, not words.</p>
<div class="scroll"><table><thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead><tbody>
${Object.entries(PROBLEMS).map(
  ([code, [status, title]]) =>
    html`<tr id="problem-${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
)}
</tbody></table></div></section>`
}

function titleOf(tag: string): string {
  const words = tag.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
