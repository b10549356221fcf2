import { useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { Button } from '../components/button.tsx'
import { isTyping } from '../components/is-typing.ts'
import { useTranslate } from '../locales/index.ts'
import { pagesFor } from '../session/pages.ts'
import { usePreferences } from '../session/preferences.ts'
import { useSession } from '../session/use-session.ts'
import { sawPath } from './recent.ts'
import { createSequences } from './sequences.ts'

const PaletteDialog = lazy(() => import('./palette-dialog.tsx').then(({ PaletteDialog }) => ({ default: PaletteDialog })))
const KeysDialog = lazy(() => import('./keys-dialog.tsx').then(({ KeysDialog }) => ({ default: KeysDialog })))

/**
 * The command palette: a button that is always there, `.` for readers with single keys on, and two keys for each page.
 * Ctrl+K is left to browsers, some of which use it.
 */
export function Palette() {
  const t = useTranslate()
  const router = useRouter()
  const { singleKeys } = usePreferences()
  const who = useSession().data
  const [open, setOpen] = useState<'palette' | 'keys'>()
  useEffect(() => {
    sawPath(router.state.location.pathname)
    return router.subscribe('onResolved', ({ toLocation }) => sawPath(toLocation.pathname))
  }, [router])
  useEffect(() => {
    if (!singleKeys) return
    const sequences = createSequences({
      '.': () => setOpen('palette'),
      '?': () => setOpen('keys'),
      ...Object.fromEntries(pagesFor(who ?? {}, t).map(({ keys, path }) => [keys, () => void router.navigate({ href: path })])),
    })
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const what = sequences.press(event.key, event.timeStamp)
      if (typeof what !== 'function') return
      event.preventDefault()
      what()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [singleKeys, router, who, t])
  // A dialog says that it has closed a moment later: by then the user may have opened the other one.
  const closed = (which: 'palette' | 'keys') => (): void => setOpen(now => (now === which ? undefined : now))
  return (
    <>
      <Button aria-haspopup="dialog" aria-keyshortcuts={singleKeys ? '.' : undefined} onClick={() => setOpen('palette')}>
        {t('palette.open')}
      </Button>
      <Suspense fallback={null}>
        {open === 'palette' && <PaletteDialog close={closed('palette')} showKeys={() => setOpen('keys')} />}
        {open === 'keys' && <KeysDialog close={closed('keys')} />}
      </Suspense>
    </>
  )
}
