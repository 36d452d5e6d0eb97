"""How fast is delivery, beside a bare loop and beside one task per message? See __main__."""
