// HTTP: the one listener. Routes call the modules' faces and decide nothing themselves; problems go out as RFC 9457; doors
// that speak another protocol at the same origin are asked first.

export { makeCertificateListener } from './certificate-listener.ts'
export type { BoundaryFacts, Gate } from './gate.ts'
export { makeHttpServer, type Door, type HttpParts } from './server.ts'
