// For tests only: answers held against the OpenAPI document. Whatever the product API answers in a test is one of the answers
// that its description lists for that route, in the shape that it says.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import { openApi } from '../openapi.ts'
import type { OpenApiDocument } from '../openapi-document.ts'

interface Answered {
  readonly status: number
  readonly contentType: string
  readonly value: unknown
}

const address = 'urn:sallyport:openapi'

/** Read the description. Yields a check that throws, saying what the description does not say, or where the answer differs. */
export function describedAnswers(): (method: string, target: string, answered: Answered) => void {
  const document = openApi('https://localhost', 'test') as unknown as OpenApiDocument
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: fullFormats })
  ajv.addSchema({ $id: address, ...document })
  const checks = new Map<string, ValidateFunction>()
  const checkAt = (pointer: string): ValidateFunction => {
    const known = checks.get(pointer) ?? ajv.compile({ $ref: `${address}#${pointer}` })
    checks.set(pointer, known)
    return known
  }
  // The path with fewer parameters is meant where several fit.
  const paths = Object.keys(document.paths)
    .sort((one, other) => one.split('{').length - other.split('{').length)
    .map((path) => [path, patternOf(path)] as const)

  return (method, target, { status, contentType, value }) => {
    const path = paths.find(([, pattern]) => pattern.test(target.split('?')[0] ?? ''))?.[0]
    const operation = path === undefined ? undefined : document.paths[path]?.[method.toLowerCase()]
    if (path === undefined || operation === undefined) return
    const route = `${method} ${path}`
    const listed = operation.responses[status]
    if (listed === undefined) throw new Error(`${route} answered ${status}, which its description does not list`)
    if (listed.$ref === undefined && listed.content === undefined) return
    const at = listed.$ref?.slice(1) ?? `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`
    const content = listed.content ?? document.components.responses[at.split('/').at(-1) ?? '']?.content ?? {}
    const [type = ''] = contentType.split(';')
    const media = content[type]
    if (media === undefined)
      throw new Error(`${route} answered ${status} as ${type}, want ${Object.keys(content).join()}`)
    if (media.schema === undefined || type === 'text/plain') return
    const isAsDescribed = checkAt(`${at}/content/${escaped(type)}/schema`)
    if (!isAsDescribed(value)) {
      throw new Error(`${route} answered ${status} otherwise than described: ${ajv.errorsText(isAsDescribed.errors)}`)
    }
  }
}

function patternOf(path: string): RegExp {
  const pattern = path.replaceAll('.', String.raw`\.`).replaceAll('{tile}', '.+')
  return new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

/** SPEC: RFC 6901 section 3, and the percent-encoding of a URI fragment. */
function escaped(member: string): string {
  return encodeURIComponent(member.replaceAll('~', '~0').replaceAll('/', '~1'))
}
