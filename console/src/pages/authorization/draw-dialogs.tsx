// Drawing from a line, and taking a draw back. A line is never overdrawn, whoever draws at once.

import { Field, Input, Select } from '@fluentui/react-components'
import { useState } from 'react'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { usd } from '../../parts/usd.ts'
import type { Draws } from './query.ts'

type Balance = Draws['balances'][number]
type Draw = Draws['draws'][number]

/** Cents of `12500.00`; null for what is no such amount. */
function centsOf(value: string): number | null {
  const [, dollars, cents = ''] = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(value.trim() === '' ? '0' : value.trim()) ?? []
  return dollars === undefined ? null : Number(dollars) * 100 + Number(cents.padEnd(2, '0'))
}

export function DrawDialog({
  authorizationId,
  balances,
  onClose,
}: {
  readonly authorizationId: string
  readonly balances: readonly Balance[]
  readonly onClose: () => void
}) {
  const [line, choose] = useState(balances[0]?.line ?? '')
  const [quantity, setQuantity] = useState('')
  const [value, setValue] = useState('')
  const [reference, setReference] = useState('')
  const chosen = balances.find((one) => one.line === line)
  const valueCents = centsOf(value)
  const isNumber = /^\d{0,12}$/.test(quantity.trim())
  const draw = useAct({
    name: 'drawAuthorization',
    done: ({ balance, isExhausted }) =>
      isExhausted
        ? `Drew from ${balance.line}: it is used up, and covers nobody`
        : `Drew from ${balance.line}, ${balance.percent} percent`,
    changes: ['authorizations', 'tasks'],
    onDone: onClose,
  })
  const submit = () => {
    if (valueCents === null || !isNumber) return
    draw.mutate({ path: { authorizationId }, body: { line, quantity: Number(quantity), valueCents, reference } })
  }
  return (
    <ActDialog
      title="Draw from a line?"
      verb="Draw"
      isPending={draw.isPending}
      error={draw.error}
      onClose={onClose}
      onSubmit={submit}
    >
      <Field label="Line">
        <Select value={line} onChange={(_, data) => choose(data.value)}>
          {balances.map((one) => (
            <option key={one.line} value={one.line}>
              {`${one.description} (${one.line})`}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="Quantity"
        {...(isNumber ? {} : { validationMessage: 'Want a whole number' })}
        hint={
          chosen === undefined
            ? ''
            : `${(chosen.quantity - chosen.drawnQuantity).toLocaleString()} ${chosen.unit} are left`
        }
      >
        <Input value={quantity} onChange={(_, data) => setQuantity(data.value)} maxLength={13} />
      </Field>
      <Field
        label="Value in USD"
        {...(valueCents === null ? { validationMessage: 'Want an amount such as 12500.00' } : {})}
        hint={chosen === undefined ? '' : `${usd(chosen.mostCents - chosen.drawnCents)} are left at most`}
      >
        <Input value={value} onChange={(_, data) => setValue(data.value)} maxLength={16} />
      </Field>
      <Field label="Reference" required hint="ITN, or the date of what was shipped or released">
        <Input value={reference} onChange={(_, data) => setReference(data.value)} maxLength={200} />
      </Field>
    </ActDialog>
  )
}

export function TakeBackDialog({
  authorizationId,
  draw: { id, line, quantity, valueCents, reference },
  onClose,
}: {
  readonly authorizationId: string
  readonly draw: Draw
  readonly onClose: () => void
}) {
  const [reason, setReason] = useState('')
  const takeBack = useAct({
    name: 'takeBackDraw',
    done: ({ balance }) => `Took back a draw from ${balance.line}, ${balance.percent} percent`,
    changes: ['authorizations', 'tasks'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title="Take the draw back?"
      verb="Take it back"
      isPending={takeBack.isPending}
      error={takeBack.error}
      onClose={onClose}
      onSubmit={() => takeBack.mutate({ path: { authorizationId }, body: { drawId: id, reason } })}
    >
      <p>
        {line}: {quantity.toLocaleString()}, {usd(valueCents)}, {reference}. It is taken back as a whole, by an entry
        that says why. What ended by being used up stays ended.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
