import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { useState } from 'react'
import type { Act } from '../../../commands/act.ts'
import { Outcome, Review } from '../../../commands/act-steps.tsx'
import { drafts } from '../../../commands/drafts.ts'
import type { ActResult } from '../../../commands/give.ts'
import { ActorName } from '../../../components/actor.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Instant } from '../../../components/instant.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { doneText } from '../../commands/done.ts'
import { ActForm } from './act-form.tsx'
import { consequenceOf } from './consequence.ts'
import { DataPairs } from './data-pairs.tsx'
import type { FieldProblem } from './form-field.tsx'
import type { Values } from './schema-form.ts'
import { useDraft } from './use-draft.ts'

interface ActDialogProps {
  readonly act: Act
  readonly request: PaymentStopView
  /** Initial values, by path. */
  readonly defaults: Values
  give(act: Act, data: unknown): Promise<ActResult>
  close(): void
}

const isSent = ({ is }: ActResult): boolean => is === 'applied' || is === 'proposed' || is === 'pending'

/** A form, then a step with the consequence, then the action: no legal action without that step. */
export function ActDialog({ act, request, defaults, give, close }: ActDialogProps) {
  const t = useTranslate()
  const [values, setValues] = useState(defaults)
  const [data, setData] = useState<unknown>(act.second?.data)
  const [problems, setProblems] = useState<ReadonlyMap<string, FieldProblem>>(new Map())
  const [result, setResult] = useState<ActResult>()
  const [isBusy, setBusy] = useState(false)
  // The result is described with the amounts before the action: after a return, its amount is no longer frozen.
  const [before] = useState(request.amounts)
  const isDraft = !act.second && !(result && isSent(result))
  const keepDraft = useDraft(isDraft ? { requestId: request.requestId, command: act.command, values } : undefined)

  async function confirm(): Promise<void> {
    setBusy(true)
    const answer = await give(act, data).finally(() => setBusy(false))
    // The session can have ended meanwhile, and the draft been kept.
    if (isSent(answer)) drafts.discard()
    if (answer.is === 'refused' && answer.problems.length > 0 && !act.second) {
      setProblems(new Map(answer.problems.map(({ path, message }) => [path.replace(/^\/data/, ''), { message }])))
      setData(undefined)
    } else setResult(answer)
  }

  const isForm = data === undefined
  const sentence =
    result?.is === 'applied'
      ? doneText(act.command, data, before, t)
      : result?.is === 'proposed' || result?.is === 'pending'
        ? t(`request.${result.is}`)
        : undefined
  return (
    <Dialog title={t(`commands.${act.command}`)} step={isForm || result ? undefined : t('request.review')} close={close}>
      {shut =>
        result ? (
          <Outcome
            outcome={result}
            sentence={sentence}
            isBusy={isBusy}
            again={() => void confirm()}
            beforeSignIn={keepDraft}
            close={shut}
          />
        ) : isForm ? (
          <ActForm
            command={act.command}
            needsApproval={act.needsApproval}
            values={values}
            problems={problems}
            setValues={setValues}
            setProblems={setProblems}
            review={setData}
            cancel={shut}
          />
        ) : (
          <ActReview
            act={act}
            request={request}
            data={data}
            isBusy={isBusy}
            back={act.second ? shut : () => setData(undefined)}
            confirm={() => void confirm()}
          />
        )
      }
    </Dialog>
  )
}

interface ActReviewProps {
  readonly act: Act
  readonly request: PaymentStopView
  readonly data: unknown
  readonly isBusy: boolean
  back(): void
  confirm(): void
}

function ActReview({ act, request, data, ...review }: ActReviewProps) {
  const t = useTranslate()
  return (
    <Review
      {...review}
      consequence={consequenceOf(act.command, data, request, t)}
      backWord={act.second ? t('request.cancel') : t('request.back')}
      confirmWord={act.second ? t('request.second') : act.needsApproval ? t('request.propose') : t('request.confirm')}
    >
      {act.needsApproval && <p>{act.second ? t('request.act.isSecond') : t('request.act.needsTwo')}</p>}
      {act.second && (
        <p className="small">
          {t('inbox.proposedBy')} <ActorName actor={act.second.proposedBy} /> · <Instant at={act.second.at} />
        </p>
      )}
      <h3>{act.second ? t('request.act.engineMessage') : t('request.act.check')}</h3>
      <DataPairs data={data} />
    </Review>
  )
}
