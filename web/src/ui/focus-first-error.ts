type Form = { getInputNode: (field: string) => HTMLElement | null }

/** What a form does when it cannot be sent: the keyboard goes to the first field at fault. */
export const focusFirstError =
  (form: Form) =>
  (errors: Record<string, unknown>): void => {
    const [first = ''] = Object.keys(errors)
    form.getInputNode(first)?.focus()
  }
