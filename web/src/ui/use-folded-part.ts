import type { FormErrors } from '@mantine/form'
import { useState } from 'react'
import { focusFirstError } from './focus-first-error.ts'

type Form = {
  setErrors: (errors: FormErrors) => void
  getInputNode: (field: string) => HTMLElement | null
}

/** A part of a form that stands folded: it opens for what is wrong in one of its fields, and the keyboard goes there. */
export function useFoldedPart(form: Form, part: string, fields: readonly string[]) {
  const [openPart, setOpenPart] = useState<string | null>(null)
  const showErrors = (errors: FormErrors) => {
    if (fields.some((field) => errors[field])) setOpenPart(part)
    form.setErrors(errors)
    focusFirstError(form)(errors)
  }
  return { openPart, setOpenPart, showErrors }
}
