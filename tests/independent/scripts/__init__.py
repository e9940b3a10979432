"""Cases that the judge once found, as short as they got, by rule: each must play through."""
