// The product API as the console calls it: addresses and shapes come from the gate's OpenAPI document (gen), every call is proven
// by the browser's own key, and what does not succeed is one kind of error that says what the gate said.

export { call, callForFile, type AnswerOf, type BodyOf, type CallName, type QueryOf } from './call.ts'
export { isGateReady } from './readiness.ts'
export { GateProblem, problemFrom, unreachable, type Reason } from './problem.ts'
export { fetchTile } from './tiles.ts'
export { forgetReceipts, keepReceipt, keptReceipts, proveReceipt, watchReceipts, type KeptReceipt } from './receipts.ts'
