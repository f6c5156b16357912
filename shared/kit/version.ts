/** Version of the product, as the package states it. */
export const VERSION = '0.1.0'
