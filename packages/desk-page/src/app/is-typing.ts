/** Whether a key that is pressed here is a letter of a text, or of a dialog that has the keys for itself. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.closest('input, select, textarea, dialog[open]') !== null)
