import { z } from 'zod'

// zod would test whether it may compile code. The page's policy forbids that, and each test would be reported as a
// violation. Loaded before any schema.
z.config({ jitless: true })
