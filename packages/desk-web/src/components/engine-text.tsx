import { type ReactNode, use } from 'react'
import { useTranslate } from '../locales/index.ts'
import { InUtc } from './instant.tsx'

interface EngineWordsProps {
  readonly message: string
  /** The page's own text, if there is one. */
  readonly children?: ReactNode
}

/**
 * The engine's own English text: shown next to the page's text in English, and in a collapsed part in other languages.
 * It is always shown on paper, and if the page has no text of its own.
 */
export function EngineText({ message, children }: EngineWordsProps) {
  const t = useTranslate()
  const isOnPaper = use(InUtc)
  const own = (
    <bdi lang="en" dir="ltr">
      {message}
    </bdi>
  )
  if (t.tag === 'en' || isOnPaper || !children)
    return (
      <>
        {children} {children ? <span className="quiet">{own}</span> : own}
      </>
    )
  return (
    <>
      {children}
      {message !== '' && (
        <details className="engine-words">
          <summary className="quiet">{t('engineMessage')}</summary>
          {own}
        </details>
      )}
    </>
  )
}
