// Why something did not happen, in words: a refusal with what would change it and whom to ask, or a problem of the gate.

import { Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { GateProblem, unreachable, type Reason } from '../api/index.ts'
import { mayNotText } from './action-words.ts'
import { whomToAsk } from './whom-to-ask.ts'

const useStyles = makeStyles({
  reasons: {
    margin: `${tokens.spacingVerticalXS} 0`,
    paddingInlineStart: tokens.spacingHorizontalL,
    display: 'grid',
    rowGap: tokens.spacingVerticalS,
  },
  fix: { display: 'block' },
  small: { display: 'block', color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  // As high as its words, whatever place there is.
  bar: { minHeight: 'auto', paddingBlock: tokens.spacingVerticalS, alignItems: 'start', alignSelf: 'start' },
  body: { whiteSpace: 'normal', overflowWrap: 'anywhere' },
})

export interface TroubleProps {
  readonly error: unknown
  /** Stands where asking again may help. */
  readonly onRetry?: (() => void) | undefined
  /** What was not permitted, as in `You may not <wanted>`, where the refusal does not name it. */
  readonly wanted?: string
}

/** Show an error of a call. */
export function Trouble({ error: cause, onRetry, wanted }: TroubleProps) {
  const styles = useStyles()
  const error = cause instanceof TypeError && /dynamically imported module/.test(cause.message) ? unreachable() : cause
  if (!(error instanceof GateProblem)) {
    return (
      <MessageBar intent="error" layout="multiline" className={styles.bar}>
        <MessageBarBody className={styles.body}>
          <MessageBarTitle>A fault of this page</MessageBarTitle> {error instanceof Error ? error.message : 'unknown'}
        </MessageBarBody>
      </MessageBar>
    )
  }
  return (
    <MessageBar intent={error.isRefusal ? 'warning' : 'error'} layout="multiline" className={styles.bar} role="alert">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle>
          {error.isRefusal ? `You may not ${wanted ?? mayNotText(error.refusedAction)}` : error.title}
        </MessageBarTitle>{' '}
        {error.isRefusal && error.reasons.length > 0 ? <Reasons reasons={error.reasons} /> : <p>{error.message}</p>}
        {error.faults.length > 0 && (
          <ul className={styles.reasons}>
            {error.faults.map(({ where, text }) => (
              <li key={`${where} ${text}`}>
                {where}: {text}
              </li>
            ))}
          </ul>
        )}
        {error.waiting?.kind === 'approval' && (
          <Link to="/approvals/$approvalId" params={{ approvalId: error.waiting.id }}>
            Open what waits
          </Link>
        )}
        {error.waiting?.kind === 'request' && <Link to="/requests">Open what you asked</Link>}
        {error.decisionId !== null && (
          <span className={styles.small}>
            <span>Decision {error.decisionId}</span>{' '}
            <Link to="/decisions/$decisionId" params={{ decisionId: error.decisionId }}>
              Why?
            </Link>
          </span>
        )}
        {error.decisionId !== null && error.isRefusal && (
          <Link to="/requests" search={{ decision: error.decisionId }}>
            Ask for what would help
          </Link>
        )}
        {error.requestId !== null && !error.isRefusal && (
          <span className={styles.small}>The gate's log knows it as {error.requestId}</span>
        )}
        {onRetry !== undefined && !error.isRefusal && (
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        )}
      </MessageBarBody>
    </MessageBar>
  )
}

/** Reasons of a refusal: what is the matter, what would change it, whom to ask. */
export function Reasons({ reasons }: { readonly reasons: readonly Reason[] }) {
  const styles = useStyles()
  return (
    <ul className={styles.reasons}>
      {reasons.map(({ code, text, fix, ask }) => (
        <li key={code}>
          {text}
          <span className={styles.fix}>What would change it: {fix}</span>
          <span className={styles.fix}>Whom to ask: {whomToAsk(ask)}</span>
        </li>
      ))}
    </ul>
  )
}
