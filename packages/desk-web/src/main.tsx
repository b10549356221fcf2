import '@fontsource-variable/noto-sans/wght.css'
import '@fontsource-variable/noto-sans-arabic/wght.css'
import './look/tokens.css'
import './look/base.css'
import './look/layout.css'
import './look/table.css'
import './look/parts.css'
import './look/shell.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { RefusedError } from './api/client.ts'
import { fetchAhead, router } from './app/router.tsx'
import { usePreferences } from './session/preferences.ts'
import { loadWords, type Words, WordsContext } from './words/index.ts'

/** What the engine refused it refuses again; what did not arrive is asked for again. */
const client = new QueryClient({
  defaultOptions: { queries: { retry: (count, error) => count < 3 && !(error instanceof RefusedError && error.status < 500) } },
})

function Page() {
  const { language, theme, density } = usePreferences()
  const [words, setWords] = useState<Words>()
  useEffect(() => {
    let isWanted = true
    void loadWords(language).then(loaded => isWanted && setWords(loaded))
    return () => {
      isWanted = false
    }
  }, [language])
  useEffect(() => {
    const { documentElement: page } = document
    page.dataset.theme = theme
    page.dataset.density = density
    if (!words) return
    page.lang = words.tag
    page.dir = words.direction
  }, [words, theme, density])
  if (!words) return null
  return (
    <WordsContext value={words}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </WordsContext>
  )
}

const place = document.getElementById('root')
if (place)
  createRoot(place).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
addEventListener('load', fetchAhead, { once: true })
