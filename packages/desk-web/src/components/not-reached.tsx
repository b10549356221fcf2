import { useWords } from '../words/index.ts'
import { Button } from './button.tsx'

interface NotReachedProps {
  /** What is not known therefore; that the engine can not be reached, where nothing else is said. */
  readonly what?: string
  /** Of a whole page, which has nothing else to show or shows what is old; or of a part of one. */
  readonly of?: 'page' | 'part'
  retry(): void
}

/** Says that something could not be fetched, and has it tried again. */
export function NotReached({ what, of = 'part', retry }: NotReachedProps) {
  const words = useWords()
  return (
    <p role="alert" className={of === 'page' ? 'notice' : 'small urgent'}>
      {what ?? words.notReached} <Button onClick={retry}>{words.retry}</Button>
    </p>
  )
}
