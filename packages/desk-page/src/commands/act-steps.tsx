import type { ReactNode } from 'react'
import { signIn } from '../api/client.ts'
import { useFocus } from '../components/dialog.tsx'
import { useWords } from '../words/index.ts'
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

/** The consequence of an act, in words, before it is done. */
export function Review({ consequence, children, backWord, confirmWord, isBusy, back, confirm }: ReviewProps) {
  const place = useFocus<HTMLParagraphElement>()
  return (
    <>
      <p ref={place} className="consequence" tabIndex={-1}>
        {consequence}
      </p>
      {children}
      <div className="cluster end">
        <button type="button" className="button" onClick={back} disabled={isBusy}>
          {backWord}
        </button>
        <button type="button" className="button" data-kind="primary" onClick={confirm} disabled={isBusy}>
          {confirmWord}
        </button>
      </div>
    </>
  )
}

interface OutcomeProps {
  readonly outcome: ActResult
  readonly sentence: string
  readonly againWord: string
  readonly isBusy: boolean
  again(): void
  close(): void
}

/** What became of an act, and what to do next. */
export function Outcome({ outcome, sentence, againWord, isBusy, again, close }: OutcomeProps) {
  const words = useWords()
  return (
    <>
      <p role="status" className={outcome.is === 'lost' || outcome.is === 'refused' ? 'urgent' : undefined}>
        {sentence}
      </p>
      {outcome.is === 'refused' && <RefusalText code={outcome.code} message={outcome.message} problems={outcome.problems} />}
      <div className="cluster end">
        <CloseButton close={close} />
        {outcome.is === 'lost' && (
          <button type="button" className="button" data-kind="primary" disabled={isBusy} onClick={again}>
            {againWord}
          </button>
        )}
        {outcome.is === 'signInAgain' && (
          <button type="button" className="button" data-kind="primary" onClick={() => signIn(true)}>
            {words.signIn}
          </button>
        )}
      </div>
    </>
  )
}

export function CloseButton({ close }: { readonly close: () => void }) {
  const { request } = useWords()
  return (
    <button type="button" className="button" onClick={close}>
      {request.close}
    </button>
  )
}
