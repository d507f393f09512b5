"""Pure rules of the product: no input or output, no SQL, no Qt."""
