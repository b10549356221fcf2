import type { InboxItem, InboxPage } from '@holdfast/schemas'
import { useState } from 'react'
import { get } from '../api/client.ts'
import { afterPart } from '../api/pages.ts'
import { Button } from '../components/button.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { doWork } from '../desk-work/do-work.ts'
import { PersonField } from '../desk-work/person-field.tsx'
import { WorkDialog } from '../desk-work/work-dialog.tsx'
import { useWords } from '../words/index.ts'

interface HandOverProps {
  finish(sentence: string, stay: readonly string[]): void
}

/** What one handover may name at most, by the engine's schema of it. */
const requestsMax = 1_000

/** All that the reader has, shown or not: what is not seen here would be left behind. */
async function allOfMine(): Promise<readonly InboxItem[]> {
  const items: InboxItem[] = []
  let after: string | undefined
  do {
    const page: InboxPage = await get<InboxPage>(`/v1/work-inbox?for=me&limit=200${afterPart(after)}`)
    items.push(...page.items)
    after = page.nextCursor
  } while (after !== undefined && items.length < requestsMax)
  return items.slice(0, requestsMax)
}

/** A shift is handed over: what of mine goes over, who takes it, and what that person has to know. */
export function HandOver({ finish }: HandOverProps) {
  const words = useWords()
  const [mine, open] = useState<readonly InboxItem[]>()
  const [isLost, setLost] = useState(false)
  const begin = (): void => {
    setLost(false)
    allOfMine().then(open, () => setLost(true))
  }
  return (
    <>
      <Button onClick={begin}>{words.work.handOver}</Button>
      {isLost && <NotReached retry={begin} />}
      {mine && <HandOverDialog mine={mine} finish={finish} close={() => open(undefined)} />}
    </>
  )
}

interface HandOverDialogProps extends HandOverProps {
  /** As it was when it was opened: what comes meanwhile is not handed over unseen. */
  readonly mine: readonly InboxItem[]
  close(): void
}

function HandOverDialog({ mine, finish, close }: HandOverDialogProps) {
  const { work } = useWords()
  const [to, setTo] = useState('')
  const [summary, setSummary] = useState('')
  const [kept, keep] = useState<ReadonlySet<string>>(new Set())
  const requests = mine.map(({ request }) => request.requestId).filter(id => !kept.has(id))
  const toggle = (id: string) => keep(new Set(kept.has(id) ? [...kept].filter(each => each !== id) : [...kept, id]))
  return (
    <WorkDialog
      title={work.handOverTitle}
      doWord={work.handOverDo}
      perform={() => doWork('ShiftHandedOver', undefined, { to: to.trim(), requests, summary: summary.trim() })}
      onDone={() => finish(work.handedOver(requests.length), [])}
      close={close}
    >
      <fieldset className="form-group card pad-3 handed">
        <legend>{work.handOverWhat}</legend>
        {mine.length === 0 && <p className="quiet">{work.handOverNothing}</p>}
        {mine.map(({ request: { requestId, caseReference } }) => (
          <label key={requestId} className="check">
            <input type="checkbox" checked={!kept.has(requestId)} onChange={() => toggle(requestId)} />
            <bdi>{caseReference}</bdi> <bdi className="quiet small figures">{requestId.slice(0, 8)}</bdi>
          </label>
        ))}
      </fieldset>
      <PersonField value={to} onChange={setTo} />
      <label className="field">
        {work.summary}
        <textarea rows={4} required maxLength={4000} dir="auto" value={summary} onChange={event => setSummary(event.target.value)} />
      </label>
    </WorkDialog>
  )
}
