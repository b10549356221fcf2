import { useLiveStatus } from '../api/live.ts'
import { timeOf } from '../components/instant.tsx'
import { useTranslate } from '../locales/index.ts'

/** Shows whether the page is live, or of when it is. */
export function LiveMark() {
  const t = useTranslate()
  const { isLive, heardMs } = useLiveStatus()
  return (
    <p className="live" data-live={isLive} role="status">
      {isLive ? t('live') : t('liveSince', { time: timeOf(heardMs, t.tag) })}
    </p>
  )
}
