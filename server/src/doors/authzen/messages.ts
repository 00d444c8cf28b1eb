// The shapes of the standard's requests. Members that it does not name are ignored; a question is only read when all of it is there.

import * as z from 'zod'

const text = z.string().min(1).max(512)
const properties = z.record(z.string(), z.unknown()).optional()

export const entity = z.object({ type: text, id: z.string().max(512), properties })
/** What is searched for: only its type counts. */
export const searched = z.object({ type: text })
export const namedAction = z.object({ name: text, properties })

const context = z
  .looseObject({
    /** Address that the subject's own request came from, as the application saw it. */
    sourceAddress: z.string().max(64).optional(),
    /** Names of obligations that the application fulfils at every act that it lets happen. */
    fulfillable: z.array(z.string().max(512)).max(50).optional(),
  })
  .default({})
export type AskedContext = z.output<typeof context>

export const evaluation = z.object({ subject: entity, action: namedAction, resource: entity, context })
export type Evaluation = z.output<typeof evaluation>

export const semantics = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const
export const maxEvaluations = 100

const part = z.object({
  subject: z.unknown().optional(),
  action: z.unknown().optional(),
  resource: z.unknown().optional(),
  context: z.unknown().optional(),
})

export const evaluations = part.extend({
  evaluations: z.array(part).max(maxEvaluations).optional(),
  options: z.object({ evaluations_semantic: z.enum(semantics).default('execute_all') }).default({
    evaluations_semantic: 'execute_all',
  }),
})

export const maxPage = 500
const page = z
  .object({ limit: z.int().min(1).max(maxPage).default(maxPage), token: z.string().max(2048).optional() })
  .default({ limit: maxPage })

export const search = {
  subject: z.object({ subject: searched, action: namedAction, resource: entity, context }),
  resource: z.object({ subject: entity, action: namedAction, resource: searched, context }),
  action: z.object({ subject: entity, resource: entity, context }),
} as const

const named = z.object({ type: text, id: z.string().max(512).optional() }).optional()
/** What every search has, as far as it is there. */
export const anySearch = z.object({ subject: named, resource: named, action: namedAction.optional(), context, page })
export type SearchFor = keyof typeof search
