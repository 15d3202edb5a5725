"""What odviz ships with: trained models and held-out data, each file checked against its recorded sha256."""
