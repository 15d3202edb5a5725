def write_data(folder, data): pass
