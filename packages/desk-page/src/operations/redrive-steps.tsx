import type { ReactNode } from 'react'
import { signIn } from '../api/client.ts'
import { RefusalText } from '../commands/refusal-text.tsx'
import { useWords } from '../words/index.ts'
import { useFocus } from './dialog-frame.tsx'
import type { Redriven } from './redriving.ts'

interface ReviewProps {
  readonly consequence: string
  readonly children: ReactNode
  readonly confirmWord: string
  readonly isBusy: boolean
  back(): void
  confirm(): void
}

/** What will be, in words, before it is done. */
export function Review({ consequence, children, confirmWord, isBusy, back, confirm }: ReviewProps) {
  const { operations } = useWords()
  const place = useFocus<HTMLParagraphElement>()
  return (
    <>
      <p ref={place} className="consequence" tabIndex={-1}>
        {consequence}
      </p>
      {children}
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={back} disabled={isBusy}>
          {operations.back}
        </button>
        <button type="button" className="button" data-kind="primary" onClick={confirm} disabled={isBusy}>
          {confirmWord}
        </button>
      </div>
    </>
  )
}

interface NotDoneProps {
  readonly outcome: Exclude<Redriven<never>, { is: 'done' }>
  readonly isBusy: boolean
  again(): void
  close(): void
}

/** Why it was not done, or that nobody knows, and the way on. */
export function NotDone({ outcome, isBusy, again, close }: NotDoneProps) {
  const words = useWords()
  const { operations } = words
  const sentences = { refused: operations.refused, lost: operations.unknownOutcome, signInAgain: operations.signInAgain }
  return (
    <>
      <p role="status" className={outcome.is === 'signInAgain' ? undefined : 'urgent'}>
        {sentences[outcome.is]}
      </p>
      {outcome.is === 'refused' && <RefusalText code={outcome.code} message={outcome.message} />}
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={close}>
          {operations.close}
        </button>
        {outcome.is === 'lost' && (
          <button type="button" className="button" data-kind="primary" disabled={isBusy} onClick={again}>
            {operations.again}
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
  const { operations } = useWords()
  return (
    <button type="button" className="button" onClick={close}>
      {operations.close}
    </button>
  )
}
