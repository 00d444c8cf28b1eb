// What was drawn of each line, how much is left, and every draw.

import { Badge, Button, makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { usd } from '../../parts/usd.ts'
import { useSession } from '../../shell/routes.ts'
import { DrawDialog, TakeBackDialog } from './draw-dialogs.tsx'
import { Meter } from './meter.tsx'
import { drawsQuery, type Draws as DrawsView } from './query.ts'

type Draw = DrawsView['draws'][number]
type Balance = DrawsView['balances'][number]

const useStyles = makeStyles({
  lines: { display: 'grid', rowGap: tokens.spacingVerticalL, marginBlockEnd: tokens.spacingVerticalM },
  line: { display: 'grid', rowGap: tokens.spacingVerticalS },
  head: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center' },
  title: {
    margin: 0,
    marginInlineEnd: 'auto',
    fontSize: tokens.fontSizeBase300,
    fontWeight: tokens.fontWeightSemibold,
  },
})

/** `isLive`: whether it is in effect, so that one may draw. */
export function Draws({ authorizationId, isLive }: { readonly authorizationId: string; readonly isLive: boolean }) {
  const styles = useStyles()
  const query = useQuery(drawsQuery(authorizationId))
  const isOfficer = useSession().roles.includes('officer')
  const drawing = useAsking<true>()
  const takingBack = useAsking<Draw>()
  return (
    <Section
      title="Draw-down"
      actions={isOfficer && isLive && <Button onClick={() => drawing.open(true)}>Draw</Button>}
    >
      <Asked what="what was drawn" query={query}>
        {({ balances, draws, exhaustedAt }) => (
          <>
            {exhaustedAt !== null && (
              <p>
                Used up on <Moment at={exhaustedAt} />: it covers nobody since then, and no draw that is taken back
                opens it again.
              </p>
            )}
            <div className={styles.lines}>
              {balances.map((one) => (
                <Line key={one.line} balance={one} />
              ))}
            </div>
            <Kept draws={draws} onTakeBack={isOfficer ? takingBack.open : null} />
            {drawing.asked !== null && (
              <DrawDialog authorizationId={authorizationId} balances={balances} onClose={drawing.close} />
            )}
            {takingBack.asked !== null && (
              <TakeBackDialog authorizationId={authorizationId} draw={takingBack.asked} onClose={takingBack.close} />
            )}
          </>
        )}
      </Asked>
    </Section>
  )
}

function Line({ balance }: { readonly balance: Balance }) {
  const styles = useStyles()
  const { line, description, item, unit, quantity, valueCents, drawnQuantity, drawnCents, mostCents, warning } = balance
  return (
    <div className={styles.line}>
      <div className={styles.head}>
        <h3 className={styles.title}>
          {description} ({line}, {item})
        </h3>
        {warning !== null && (
          <Badge appearance="tint" color={warning === 100 ? 'danger' : 'warning'}>
            Past {warning} percent
          </Badge>
        )}
      </div>
      <Meter label={`Quantity of ${line}`} drawn={drawnQuantity} allowed={quantity} most={quantity}>
        {drawnQuantity.toLocaleString()} of {quantity.toLocaleString()} {unit}
      </Meter>
      {valueCents > 0 && (
        <Meter label={`Value of ${line}`} drawn={drawnCents} allowed={valueCents} most={mostCents}>
          {usd(drawnCents)} of {usd(valueCents)}
          {mostCents > valueCents && `, at most ${usd(mostCents)}`}
        </Meter>
      )}
    </div>
  )
}

function Kept({
  draws,
  onTakeBack,
}: {
  readonly draws: DrawsView['draws']
  readonly onTakeBack: ((draw: Draw) => void) | null
}) {
  if (draws.length === 0) return <Nothing title="Nothing was drawn yet" />
  return (
    <Items
      items={draws.map((draw) => {
        const { id, line, at, quantity, valueCents, reference, corrects, reason, isCorrected } = draw
        return {
          key: id,
          what: `${line}: ${quantity.toLocaleString()}, ${usd(valueCents)}`,
          more: (
            <>
              <Moment at={at} /> · {reference}
              {corrects !== null && ` · takes an earlier draw back: ${reason ?? ''}`}
            </>
          ),
          end: isCorrected ? (
            <Badge appearance="tint" color="subtle">
              Taken back
            </Badge>
          ) : (
            corrects === null &&
            onTakeBack !== null && (
              <Button size="small" onClick={() => onTakeBack(draw)}>
                Take back
              </Button>
            )
          ),
        }
      })}
    />
  )
}
