// What hangs on it: who could open what no more if it lapsed now. It goes over everybody and every file, so that it is asked for.

import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AccessEffect } from '../../parts/access-effect.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { hangsOnQuery, ifEnded } from './query.ts'

export function HangsOn({ authorizationId }: { readonly authorizationId: string }) {
  const [isWanted, want] = useState(false)
  const lost = useQuery({ ...hangsOnQuery(authorizationId), enabled: isWanted })
  return (
    <Section title="What hangs on it" actions={!isWanted && <Button onClick={() => want(true)}>Look</Button>}>
      {isWanted ? (
        <Asked what="who would lose what if it ended now" query={lost}>
          {(access) => <AccessEffect access={access} asked={ifEnded(authorizationId)} />}
        </Asked>
      ) : (
        <Nothing title="Who could open what no more, if it ended now">
          Everybody and every file is looked at. The question is on record.
        </Nothing>
      )}
    </Section>
  )
}
