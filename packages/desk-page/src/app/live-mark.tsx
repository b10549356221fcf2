import { useLiveStatus } from '../api/live.ts'
import { useWords } from '../words/index.ts'

/** The time of the day, of who reads. */
export const timeOf = (ms: number, tag: string): string => new Intl.DateTimeFormat(`${tag}-u-nu-latn`, { timeStyle: 'short' }).format(ms)

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
