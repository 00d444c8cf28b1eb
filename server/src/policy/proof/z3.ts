// Z3, as WebAssembly, in the process that calls this. It is bounded by what it is told here and by whoever ends the process.
//
// Text goes in by the calls that read it before they return. The one that evaluates SMT-LIB reads it in another thread, after the
// memory that it lies in is given back, and then answers something else than it was asked.

import { init } from 'z3-solver'
import type { Solver } from './smt.ts'
import { readText } from './smt-script.ts'

export interface SolverLimits {
  /** For one question, milliseconds. */
  readonly timeoutMs: number
  /** Mebibytes. */
  readonly memory: number
}

// Z3_L_TRUE and Z3_L_FALSE: the library exports the type of their numbers, and no value.
const [yes, no]: readonly number[] = [1, -1]

const isYes = (answer: number): boolean => answer === yes

/** Start the solver. What it cannot answer within its bounds it answers `unknown` to, or not at all. */
export async function startSolver({ timeoutMs, memory }: SolverLimits): Promise<Solver> {
  const { Z3 } = await init()
  Z3.global_param_set('memory_max_size', String(memory))
  Z3.global_param_set('timeout', String(timeoutMs))
  const context = Z3.mk_context(Z3.mk_config())
  const bool = Z3.mk_bool_sort(context)
  const string = Z3.mk_string_sort(context)
  const texts = Z3.mk_array_sort(context, string, bool)
  const constant = (name: string, sort: typeof bool) => Z3.mk_const(context, Z3.mk_string_symbol(context, name), sort)

  let solver = Z3.mk_solver(context)
  Z3.solver_inc_ref(context, solver)
  const refuseError = () => {
    const code = Z3.get_error_code(context)
    const isFine: number = code
    if (isFine !== 0) throw new Error(`the solver refuses what it is told: ${Z3.get_error_msg(context, code)}`)
  }
  const valueOf = (name: string, sort: typeof bool) => {
    const value = Z3.model_eval(context, Z3.solver_get_model(context, solver), constant(name, sort), true)
    if (value === null) throw new Error(`the solver says nothing of ${name}`)
    return value
  }
  return {
    load: (smt) => {
      Z3.solver_dec_ref(context, solver)
      solver = Z3.mk_solver(context)
      Z3.solver_inc_ref(context, solver)
      Z3.solver_from_string(context, solver, smt)
      refuseError()
    },
    check: async (assumed) => {
      const answer: number = await Z3.solver_check_assumptions(context, solver, [constant(assumed, bool)])
      refuseError()
      return answer === yes ? 'sat' : answer === no ? 'unsat' : 'unknown'
    },
    isTrue: (name) => isYes(Z3.get_bool_value(context, valueOf(name, bool))),
    text: (name) => readText(`"${Z3.get_string(context, valueOf(name, string))}"`),
    textsIn: (name, among) => {
      const value = valueOf(name, texts)
      const spoken = Z3.ast_to_string(context, value).match(/"(?:[^"]|"")*"/g) ?? []
      const model = Z3.solver_get_model(context, solver)
      return [...new Set([...among, ...spoken.map(readText)])].filter((text) => {
        const held = Z3.model_eval(context, model, Z3.mk_select(context, value, Z3.mk_string(context, text)), true)
        return held !== null && isYes(Z3.get_bool_value(context, held))
      })
    },
  }
}
