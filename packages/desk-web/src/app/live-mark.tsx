import { useLiveStatus } from '../api/live.ts'
import { timeOf } from '../components/instant.tsx'
import { useWords } from '../words/index.ts'

/** Says whether what is shown is of now, and of when it is if not. */
export function LiveMark() {
  const words = useWords()
  const { isLive, heardMs } = useLiveStatus()
  return (
    <p className="live" data-live={isLive} role="status">
      {isLive ? words.live : words.liveSince(timeOf(heardMs, words.tag))}
    </p>
  )
}
