import { useTranslate } from '../locales/index.ts'
import { Button } from './button.tsx'

interface NotReachedProps {
  /** What is unknown therefore; default: the engine is unreachable. */
  readonly what?: string
  /** Whether the whole page is affected, or a part of it. */
  readonly of?: 'page' | 'part'
  retry(): void
}

/** Says that a fetch failed, and offers a retry. */
export function NotReached({ what, of = 'part', retry }: NotReachedProps) {
  const t = useTranslate()
  return (
    <p role="alert" className={of === 'page' ? 'callout' : 'small urgent'}>
      {what ?? t('notReached')} <Button onClick={retry}>{t('retry')}</Button>
    </p>
  )
}
