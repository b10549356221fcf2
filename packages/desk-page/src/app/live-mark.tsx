import { useWords } from '../words/index.ts'
import { useLiveStatus } from './live.ts'

/** Says whether what is shown is of now, and of when it is if not. */
export function LiveMark() {
  const words = useWords()
  const { isLive, heardMs } = useLiveStatus()
  const time = new Intl.DateTimeFormat(`${words.tag}-u-nu-latn`, { timeStyle: 'short' }).format(heardMs)
  return (
    <p className="live" data-live={isLive} role="status">
      {isLive ? words.live : words.liveSince(time)}
    </p>
  )
}
