import type { ReactNode } from 'react'
import { Button } from '../../components/button.tsx'
import { download } from '../../components/download.ts'
import { useTranslate } from '../../locales/index.ts'

interface PartProps {
  /** The id of its heading, and the name of its file. */
  readonly id: string
  readonly title: string
  readonly className?: string
  /** The table for the CSV export. */
  readonly csv?: () => string
  /** Shown next to the title. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** One subject of the analysis. */
export function Part({ id, title, className = '', csv, aside, children }: PartProps) {
  const t = useTranslate()
  const heading = `now-${id}`
  return (
    <section className={`card stack gap-2 pad-4 ${className}`} aria-labelledby={heading}>
      <div className="cluster across-4">
        <h2 id={heading}>{title}</h2>
        {aside}
        {csv && (
          <Button
            kind="small"
            className="apart unprinted"
            aria-describedby={heading}
            onClick={() => download(`${id}.csv`, 'text/csv;charset=utf-8', csv())}
          >
            {t('csv')}
          </Button>
        )}
      </div>
      {children}
    </section>
  )
}
