"""Who may do what at the till: approvals, PINs, the people of the store."""
