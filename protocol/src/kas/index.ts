// The wire of an OpenTDF key access server, as far as a gate serves it: our own small .proto files in proto/ with the names
// and numbers that OpenTDF's clients use, and the descriptors that buf writes from them into gen/ (`npm run generate`).

export { AccessService, RewrapResponseSchema, type RewrapResponse } from './gen/kas/kas_pb.js'
export { WellKnownService } from './gen/wellknownconfiguration/wellknown_pb.js'
export { AttributesService, type GetAttributeRequest, type ListAttributesRequest } from './gen/policy/attributes_pb.js'
export { KeyAccessServerRegistryService } from './gen/policy/kasregistry_pb.js'
export { Algorithm, AttributeRuleTypeEnum } from './gen/policy/policy_pb.js'
export { Health, HealthCheckResponse_ServingStatus as ServingStatus } from './gen/health/health_pb.js'
