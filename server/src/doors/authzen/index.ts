// The AuthZEN door: gateways and applications ask in the standard's words whether somebody may do something, and the decision point
// answers and records it. No permit leaves: whoever asks lets the act happen or not, and asks again at the next one. It decides
// nothing, holds no key and keeps no state.
// SPEC: OpenID AuthZEN Authorization API 1.0.

export { authzenDoor, type AuthzenHandler } from './door.ts'
export type { Asker, AuthzenDoorParts } from './ports.ts'
