import type { ReactNode } from 'react'
import { Button } from '../components/button.tsx'
import { download } from '../components/download.ts'
import { useWords } from '../words/index.ts'

interface PartProps {
  /** Of its heading, and of its file. */
  readonly id: string
  readonly title: string
  readonly className?: string
  /** Its table to take away. */
  readonly csv?: () => string
  /** What stands beside the title. */
  readonly beside?: ReactNode
  readonly children: ReactNode
}

/** One subject of the analysis. */
export function Part({ id, title, className = '', csv, beside, children }: PartProps) {
  const words = useWords()
  const heading = `now-${id}`
  return (
    <section className={`card stack gap-2 pad-4 ${className}`} aria-labelledby={heading}>
      <div className="cluster across-4">
        <h2 id={heading}>{title}</h2>
        {beside}
        {csv && (
          <Button
            kind="small"
            className="apart unprinted"
            aria-describedby={heading}
            onClick={() => download(`${id}.csv`, 'text/csv;charset=utf-8', csv())}
          >
            {words.csv}
          </Button>
        )}
      </div>
      {children}
    </section>
  )
}
