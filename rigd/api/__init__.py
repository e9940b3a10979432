"""What answers over the network: Alpaca, rigd's own REST API, discovery.

May import view and what stands below it; a request goes through `view.observatory`.
"""
