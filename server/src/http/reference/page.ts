// The description of the API as a page: plain HTML made from the OpenAPI document, without a script, without anything from elsewhere.
// A route and a shape are folded; a link to a shape unfolds it.

import type { Content, OpenApiDocument, Operation, Parameter } from '../openapi-document.ts'
import { curlText } from './curl.ts'
import { howToCall } from './how-to-call.ts'
import { markup, type Markup } from './markup.ts'
import { anchorOf, nameOf, shapeMarkup } from './shape.ts'
import { style } from './style.ts'

interface Listed {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

const methods = ['GET', 'POST', 'PUT', 'DELETE']

/** Write the page. */
export function referencePage(document: OpenApiDocument): string {
  const { info, tags, paths, components } = document
  const listed = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  listed.sort(
    (one, other) =>
      one.path.localeCompare(other.path, 'en') || methods.indexOf(one.method) - methods.indexOf(other.method),
  )
  const groups = tags.map(({ name }) => ({ name, of: listed.filter((one) => one.operation.tags[0] === name) }))
  const navigation = groups.map(
    ({ name, of }) =>
      markup`<li>
        <a href="#${groupAnchor(name)}">${name} <span>${String(of.length)}</span></a>
      </li>`,
  )
  const body = markup`<a class="skip" href="#content">To the content</a>
    <div class="frame">
      <nav aria-label="Sections">
        <p>${info.title} API</p>
        <ul>
          <li><a href="#calling">How to call it</a></li>
          <li><a href="#problems">Problems</a></li>
        </ul>
        <ul>
          ${navigation}
        </ul>
        <ul>
          <li>
            <a href="#shapes">Shapes <span>${String(Object.keys(components.schemas).length)}</span></a>
          </li>
        </ul>
      </nav>
      <main id="content">
        <h1>${info.title} API</h1>
        <p class="dim">
          Version ${info.version}. Made from <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1), which
          tools read.
        </p>
        ${howToCall(document)} ${problemTable(document)}
        ${groups.map(
          ({ name, of }) =>
            markup`<h2 id="${groupAnchor(name)}">${name}</h2>
              ${of.map((one) => routeMarkup(one, document))}`,
        )}
        <h2 id="shapes">Shapes</h2>
        ${Object.entries(components.schemas).map(
          ([name, schema]) =>
            markup`<details>
              <summary class="shape">${name}</summary>
              <div class="inside" id="${anchorOf(name)}"><pre tabindex="0">${shapeMarkup(schema)}</pre></div>
            </details> `,
        )}
      </main>
    </div>`
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${info.title} API</title>
        <style>${{ written: style }}</style>
      </head>
      <body>
        ${body}
      </body>
    </html>
`.written
}

const groupAnchor = (name: string): string => `group-${name}`.toLowerCase().replaceAll(' ', '-')

function routeMarkup({ method, path, operation }: Listed, document: OpenApiDocument): Markup {
  const { summary, description, parameters, requestBody, responses } = operation
  const done = responses['200']?.content ?? {}
  return markup`<details>
    <summary>
      <span class="method ${method.toLowerCase()}">${method}</span> <span class="path">${path}</span
      ><span class="what">${summary}</span>
    </summary>
    <div class="inside" id="${operation.operationId}">
      <p class="dim">${decidedBy(operation)}${description === undefined ? '' : `. ${description}`}</p>
      ${parameters.length === 0 ? markup`` : parameterTable(parameters)}
      ${
        requestBody === undefined
          ? markup``
          : markup`<h3>Takes</h3>
              ${contentMarkup(requestBody.content, document)}`
      }
      <h3>Answers</h3>
      ${contentMarkup(done, document)}
      <h3>Or</h3>
      <p>${otherAnswers(responses)}</p>
      <h3>Example</h3>
      <pre tabindex="0">${curlText(method, path, operation, document)}</pre>
    </div>
  </details> `
}

function decidedBy({ 'x-sallyport-action': action, operationId }: Operation): Markup {
  if (action === 'none') return markup`<code>${operationId}</code>: without sign-in`
  if (action === 'signed-in') return markup`<code>${operationId}</code>: for whoever is signed in`
  return markup`<code>${operationId}</code>: decided as <code>${action}</code>`
}

function parameterTable(parameters: readonly Parameter[]): Markup {
  const rows = parameters.map(
    ({ name, in: place, required, description = '', schema }) =>
      markup`<tr>
        <td><code>${name}</code></td>
        <td>${place}${required ? '' : ', optional'}</td>
        <td><code>${shapeMarkup(schema)}</code> ${description}</td>
      </tr>`,
  )
  return markup`<h3>Parameters</h3>
    <table>
      <thead>
        <tr>
          <th>name</th>
          <th>in</th>
          <th>what</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`
}

/** A body in full where it is named, so that nobody has to leave the route for it. */
function contentMarkup(content: Content, { components }: OpenApiDocument): Markup {
  return markup`${Object.entries(content).map(([type, { schema }]) => {
    if (schema === undefined || type !== 'application/json') return markup`<p><code>${type}</code></p>`
    const named = components.schemas[nameOf(schema)]
    const name = named === undefined ? markup`` : markup`<a href="#${anchorOf(nameOf(schema))}">${nameOf(schema)}</a> `
    return markup`<pre tabindex="0">${name}${shapeMarkup(named ?? schema)}</pre>`
  })}`
}

function otherAnswers(responses: Operation['responses']): Markup {
  const others = Object.entries(responses).filter(([status]) => status !== '200')
  return markup`${others.map(([status, { $ref, description = '' }], n) => {
    const code = nameOf($ref === undefined ? {} : { $ref })
    const what = $ref === undefined ? markup`${description}` : markup`<a href="#problem-${code}">${code}</a>`
    return markup`${n === 0 ? '' : ', '}<code>${status}</code> ${what}`
  })}`
}

function problemTable({ components }: OpenApiDocument): Markup {
  const rows = Object.entries(components.responses).map(([code, { description, content }]) => {
    const { status } = (content['application/problem+json']?.schema?.properties ?? {}) as {
      status?: { const?: unknown }
    }
    return markup`<tr id="problem-${code}">
      <td><code>${String(status?.const)}</code></td>
      <td><code>${code}</code></td>
      <td>${description}</td>
    </tr>`
  })
  return markup`<section class="card">
    <h2 id="problems">Problems</h2>
    <p>
      Whatever goes wrong is answered as <code>application/problem+json</code> (RFC 9457). Its <code>type</code> is
      <code>urn:sallyport:problem:</code> followed by one of these codes; <code>detail</code> says in a sentence what is
      and what is wanted. A refusal carries the id of the decision, its reasons, what would change it and whom to ask.
    </p>
    <table>
      <thead>
        <tr>
          <th>status</th>
          <th>code</th>
          <th>meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`
}
