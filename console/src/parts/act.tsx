// Doing something at the gate: one mutation that keeps the receipt, says aloud that it is done, and asks again for what it changed.

import { Toast, ToastBody, ToastTitle, useAnnounce, useToastController } from '@fluentui/react-components'
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call, type AnswerOf, type CallName } from '../api/index.ts'
import type { InputOf } from '../api/call.ts'

export const toasterId = 'acts'

export interface Act<N extends CallName> {
  readonly name: N
  /** What is said when it is done, and under what its receipt is kept: `Ended the status of Ada Whitfield`. */
  readonly done: string | ((answer: AnswerOf<N>) => string)
  /** First members of the keys of whatever may show something else now. */
  readonly changes: readonly string[]
  readonly onDone?: (answer: AnswerOf<N>) => void
}

/** Use an act; `mutate(input)` does it. */
export function useAct<N extends CallName>({ name, done, changes, onDone }: Act<N>) {
  const queries = useQueryClient()
  const { dispatchToast } = useToastController(toasterId)
  const { announce } = useAnnounce()
  return useMutation({
    mutationFn: async (input: InputOf<N>) =>
      await call(name, input, (answer) => (typeof done === 'string' ? done : done(answer))),
    onSuccess: async (answer) => {
      const text = typeof done === 'string' ? done : done(answer)
      announce(text)
      dispatchToast(
        <Toast>
          <ToastTitle>{text}</ToastTitle>
          <ToastBody>
            It is in the ledger. <Link to="/receipts">Receipt and proof</Link>
          </ToastBody>
        </Toast>,
        { intent: 'success' },
      )
      onDone?.(answer)
      await Promise.all(changes.map((what) => queries.invalidateQueries({ queryKey: [what] satisfies QueryKey })))
    },
  })
}
