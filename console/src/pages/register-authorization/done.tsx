// What became of it, and what is next.

import { Link } from '@tanstack/react-router'
import type { AnswerOf } from '../../api/index.ts'
import { wordedField } from '../../parts/authorization-fields.ts'
import { Items } from '../../parts/items.tsx'
import { Page, Section } from '../../parts/page.tsx'
import type { Amended } from './amend-dialog.tsx'

export function Done(done: { readonly registered: AnswerOf<'registerAuthorization'> } | { readonly amended: Amended }) {
  const { authorization } = 'registered' in done ? done.registered : done.amended
  const approvalId = 'registered' in done ? authorization.approvalId : done.amended.approvalId
  const warnings = 'registered' in done ? done.registered.warnings : []
  const { id, terms, version } = authorization
  const [title, lead] =
    'registered' in done
      ? [`${terms.number} is registered`, 'It covers nobody yet: two other officers approve it.']
      : approvalId === null
        ? [`${terms.number} has other terms`, `Version ${version} holds from now on, in every process at once.`]
        : [
            `Other terms for ${terms.number} are asked for`,
            'The terms stay as they are until two others approve these.',
          ]
  return (
    <Page title={title} lead={lead}>
      {warnings.length > 0 && (
        <Section title="What is odd about it, and still may be so">
          <Items
            items={warnings.map(({ field, text }) => ({
              key: `${field} ${text}`,
              what: `${wordedField(field)}: ${text}`,
            }))}
          />
        </Section>
      )}
      <Section title="What is next">
        <Items
          items={[
            ...(approvalId === null
              ? []
              : [
                  {
                    key: 'request',
                    what: (
                      <Link to="/approvals/$approvalId" params={{ approvalId }}>
                        The request that two others approve
                      </Link>
                    ),
                    more: 'they find it under Approvals',
                  },
                ]),
            {
              key: 'authorization',
              what: (
                <Link to="/authorizations/$authorizationId" params={{ authorizationId: id }}>
                  {`${terms.number}: ${terms.title}`}
                </Link>
              ),
              more: 'as it stands in the register',
            },
          ]}
        />
      </Section>
    </Page>
  )
}
