// That the legal data in force is older than a year: whatever the law did since is unknown here.

import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { isOlderThanAYear } from '@sallyport/protocol'
import { Link } from '@tanstack/react-router'
import type { AnswerOf } from '../api/index.ts'
import { Moment } from './moment.tsx'

type InForce = NonNullable<AnswerOf<'legalData'>['inForce']>

export function LegalDataAge({ inForce, isHere = false }: { readonly inForce: InForce; readonly isHere?: boolean }) {
  if (!isOlderThanAYear(inForce)) return null
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>Legal data older than a year</MessageBarTitle> It knows the law up to{' '}
        <Moment at={inForce.asOf} isDay /> alone. Compare it with 22 CFR 126.1 and 126.18 as they read today (ecfr.gov),
        and ask two others to put newer data in force
        {isHere ? (
          '.'
        ) : (
          <>
            : <Link to="/legal-data">Legal data</Link>.
          </>
        )}
      </MessageBarBody>
    </MessageBar>
  )
}
