import { z } from 'zod'

// zod would try whether it may compile code; the page's policy forbids it, and each try would be reported as a violation. It is loaded before any schema is.
z.config({ jitless: true })
