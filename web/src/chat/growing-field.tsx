import type { ComponentPropsWithRef } from 'react'
import classes from './growing-field.module.css'

/** A field for text that is as high as what is in it, up to a third of the screen. */
export const GrowingField = ({ className = '', ...props }: ComponentPropsWithRef<'textarea'>) => (
  <textarea {...props} className={`${classes.field} ${className}`} />
)
