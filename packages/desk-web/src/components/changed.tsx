import { useTranslate } from '../locales/index.ts'
import { Button } from './button.tsx'
import type { Held } from './use-held.ts'

/** Says that a frozen list is out of date. */
export function Changed({ held: { hasChanged, show } }: { readonly held: Held<unknown> }) {
  const t = useTranslate()
  return (
    <div role="status" className="changed">
      {hasChanged && (
        <p className="callout">
          {t('work.changed')}{' '}
          <Button kind="small" onClick={show}>
            {t('work.showChange')}
          </Button>
        </p>
      )}
    </div>
  )
}
