// Cedar, the language of the policies, evaluated by this gate itself. Policies are compiled once to closures over plain
// attributes, so that a decision costs about a microsecond; Cedar's own engine (WASM) parses them, validates them and is
// the oracle that evaluation is tested against. `evaluate` answers as Cedar does; the product asks `evaluateStrictly`,
// where a policy that cannot be evaluated denies.

export {
  compileNamed,
  compileNamedPolicies,
  compilePolicies,
  type CedarAnswer,
  type CedarRequest,
  type CompiledPolicies,
  type TemplateLink,
} from './compile.ts'
export { attributesRead } from './attributes-read.ts'
export { entity, storeOfTwo, type CedarEntity, type EntityStore } from './entities.ts'
export { entitiesFromJson, recordFromJson, uidFromJson } from './json.ts'
export { readSet, type SetRead } from './read-set.ts'
export { cedarWasm } from './source.ts'
export type { Policy } from './syntax.ts'
export { EntityUid, type CedarRecord, type CedarValue } from './values.ts'
export { validate, type PolicyFinding } from './validate.ts'
