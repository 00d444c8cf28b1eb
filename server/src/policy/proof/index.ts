// The proof that a policy set can be put in force: by two methods that share nothing but the parsed policies and the statement of what is
// to be shown (`statement.ts`). One evaluates over an abstract space of requests, exhaustively; the other translates the set to SMT and
// asks Z3. Each runs in a process of its own, bounded in time and memory. What speaks against a set is told as a short story.

export { proveExhaustively } from './exhaustive.ts'
export { proveSet, type SetProof } from './prove-set.ts'
export { tellStory, type Counterexample } from './story.ts'
