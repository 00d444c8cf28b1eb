// What is wrong with a plan over tables of a million rows: it reads a big table from end to end, sorts what grows with one, or
// goes on through an index for rows that a filter may never let through.

import * as z from 'zod'
import { bigTables } from './fill-tables.ts'

const plan = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Index Cond': z.string().optional(),
  Filter: z.string().optional(),
  'Plan Rows': z.number(),
  'Parent Relationship': z.string().optional(),
  get Plans() {
    return z.array(plan).optional()
  },
})
export type Plan = z.output<typeof plan>

/** More rows than one request may read or sort. */
const most = 20_000
const streaming = new Set([
  'Limit',
  'LockRows',
  'Nested Loop',
  'Subquery Scan',
  'Result',
  'Append',
  'Merge Append',
  'Unique',
  'Incremental Sort',
  'Index Scan',
  'Index Only Scan',
  'ModifyTable',
])

/**
 * Name what is wrong with a plan as EXPLAIN (FORMAT JSON) tells it; nothing for one that may stay. `predicates` are those of partial
 * indexes: a row that is locked is held against them once more, and passes.
 */
export function faultsOf(explained: unknown, predicates: ReadonlySet<string>): readonly string[] {
  return lookAt(plan.parse(explained), predicates, false)
}

function lookAt(node: Plan, predicates: ReadonlySet<string>, isLimited: boolean): readonly string[] {
  const limited = node['Node Type'] === 'Limit' || (isLimited && streaming.has(node['Node Type']))
  return [
    ...faultsOfNode(node, predicates, isLimited),
    ...(node.Plans ?? []).flatMap((child) => lookAt(child, predicates, limited)),
  ]
}

function faultsOfNode(node: Plan, predicates: ReadonlySet<string>, isLimited: boolean): readonly string[] {
  const { 'Node Type': type, 'Relation Name': relation = '', 'Index Cond': condition, Filter: filter } = node
  const rows = node['Plan Rows']
  if (type === 'Sort' && rows > most) return [`sorts ${rows} rows`]
  if (!(bigTables as readonly string[]).includes(relation)) return []
  if (type === 'Bitmap Heap Scan') return rows > most ? [`reads ${rows} rows of ${relation}`] : []
  if (type === 'Seq Scan') return [`reads ${relation} from end to end`]
  if (!type.startsWith('Index')) return []
  if (isLimited)
    return filter === undefined || predicates.has(filter) ? [] : [`goes through ${node['Index Name']} for ${filter}`]
  if (condition === undefined) return [`reads ${relation} by ${node['Index Name']} from end to end`]
  return rows > most ? [`reads ${rows} rows of ${relation}`] : []
}
