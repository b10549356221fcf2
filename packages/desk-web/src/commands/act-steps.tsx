import type { ReactNode } from 'react'
import { signIn } from '../api/client.ts'
import { Button } from '../components/button.tsx'
import { useFocus } from '../components/dialog.tsx'
import { useTranslate } from '../locales/index.ts'
import type { ActResult } from './give.ts'
import { RefusalText } from './refusal-text.tsx'

interface ReviewProps {
  readonly consequence: string
  readonly children: ReactNode
  readonly backWord: string
  readonly confirmWord: string
  readonly isBusy: boolean
  back(): void
  confirm(): void
}

/** The consequence of an action, before it is confirmed. */
export function Review({ consequence, children, backWord, confirmWord, isBusy, back, confirm }: ReviewProps) {
  const place = useFocus<HTMLParagraphElement>()
  return (
    <>
      <p ref={place} className="consequence" tabIndex={-1}>
        {consequence}
      </p>
      {children}
      <div className="cluster end">
        <Button onClick={back} disabled={isBusy}>
          {backWord}
        </Button>
        <Button kind="primary" onClick={confirm} disabled={isBusy}>
          {confirmWord}
        </Button>
      </div>
    </>
  )
}

interface OutcomeProps {
  readonly outcome: ActResult
  /** The failure, which the catalog has texts for. */
  readonly sentence?: string | undefined
  readonly isBusy: boolean
  again(): void
  beforeSignIn?(): void
  close(): void
}

/** The outcome of an action, and what to do next. */
export function Outcome({ outcome, sentence, isBusy, again, beforeSignIn, close }: OutcomeProps) {
  const t = useTranslate()
  const failures: Readonly<Record<string, string>> = {
    refused: t('request.act.refused'),
    lost: t('request.act.lost'),
    signInAgain: t('request.signInAgain'),
  }
  return (
    <>
      <p role="status" className={outcome.is === 'lost' || outcome.is === 'refused' ? 'urgent' : undefined}>
        {sentence ?? failures[outcome.is]}
      </p>
      {outcome.is === 'refused' && <RefusalText code={outcome.code} message={outcome.message} problems={outcome.problems} />}
      <div className="cluster end">
        <CloseButton close={close} />
        {outcome.is === 'lost' && (
          <Button kind="primary" disabled={isBusy} onClick={again}>
            {t('request.act.again')}
          </Button>
        )}
        {outcome.is === 'signInAgain' && (
          <Button
            kind="primary"
            onClick={() => {
              beforeSignIn?.()
              signIn(true)
            }}
          >
            {t('signIn')}
          </Button>
        )}
      </div>
    </>
  )
}

export function CloseButton({ close }: { readonly close: () => void }) {
  const t = useTranslate()
  return <Button onClick={close}>{t('request.close')}</Button>
}
