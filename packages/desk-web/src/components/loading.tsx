import { useTranslate } from '../locales/index.ts'

/** Shown during the first fetch. */
export function Loading() {
  return (
    <p className="quiet" role="status">
      {useTranslate()('loading')}
    </p>
  )
}
