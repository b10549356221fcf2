import type { InboxItem, InboxPage } from '@holdfast/schemas'
import { useState } from 'react'
import { get } from '../api/client.ts'
import { afterPart } from '../api/pages.ts'
import { Button } from '../components/button.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { doWork } from '../desk-work/do-work.ts'
import { PersonField } from '../desk-work/person-field.tsx'
import { WorkDialog } from '../desk-work/work-dialog.tsx'
import { useTranslate } from '../locales/index.ts'

interface HandOverProps {
  finish(sentence: string, stay: readonly string[]): void
}

/** The maximum of one handover, by the engine's schema. */
const requestsMax = 1_000

/** All requests of the reader, shown or not, so that none is left behind. */
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

/** The handover of a shift: which requests move, to whom, and a summary. */
export function HandOver({ finish }: HandOverProps) {
  const t = useTranslate()
  const [mine, open] = useState<readonly InboxItem[]>()
  const [isLost, setLost] = useState(false)
  const begin = (): void => {
    setLost(false)
    allOfMine().then(open, () => setLost(true))
  }
  return (
    <>
      <Button onClick={begin}>{t('work.handOver')}</Button>
      {isLost && <NotReached retry={begin} />}
      {mine && <HandOverDialog mine={mine} finish={finish} close={() => open(undefined)} />}
    </>
  )
}

interface HandOverDialogProps extends HandOverProps {
  /** The list at the opening of the dialog: later requests are not handed over unseen. */
  readonly mine: readonly InboxItem[]
  close(): void
}

function HandOverDialog({ mine, finish, close }: HandOverDialogProps) {
  const t = useTranslate()
  const [to, setTo] = useState('')
  const [summary, setSummary] = useState('')
  const [excluded, setExcluded] = useState<ReadonlySet<string>>(new Set())
  const requests = mine.map(({ request }) => request.requestId).filter(id => !excluded.has(id))
  const toggle = (id: string) => setExcluded(new Set(excluded.has(id) ? [...excluded].filter(each => each !== id) : [...excluded, id]))
  return (
    <WorkDialog
      title={t('work.handOverTitle')}
      doWord={t('work.handOverDo')}
      perform={() => doWork('ShiftHandedOver', undefined, { to: to.trim(), requests, summary: summary.trim() })}
      onDone={() => finish(t('work.handedOver', { count: requests.length }), [])}
      close={close}
    >
      <fieldset className="form-group card pad-3 handed">
        <legend>{t('work.handOverWhat')}</legend>
        {mine.length === 0 && <p className="quiet">{t('work.handOverNothing')}</p>}
        {mine.map(({ request: { requestId, caseReference } }) => (
          <label key={requestId} className="check">
            <input type="checkbox" checked={!excluded.has(requestId)} onChange={() => toggle(requestId)} />
            <bdi>{caseReference}</bdi> <bdi className="quiet small figures">{requestId.slice(0, 8)}</bdi>
          </label>
        ))}
      </fieldset>
      <PersonField value={to} onChange={setTo} />
      <label className="field">
        {t('work.summary')}
        <textarea rows={4} required maxLength={4000} dir="auto" value={summary} onChange={event => setSummary(event.target.value)} />
      </label>
    </WorkDialog>
  )
}
